#!/usr/bin/env python3
"""Runs one operation of Oxen through its Python package, which is all of it that PyPI has.

About 0.35 s of each is the interpreter and the import.
"""

import sys

import oxen


def main():
    operation, words = sys.argv[1], sys.argv[2:]
    if operation == "version":
        import importlib.metadata
        print("oxenai", importlib.metadata.version("oxenai"))
    elif operation == "init":
        oxen.user.config_user("Ada Example", "ada@example.com")
        oxen.init(".")
    else:
        repo = oxen.Repo(".")
        getattr(repo, operation)(*words)
        if operation == "commit":
            # A commit is checked out by the name of a branch.
            repo.checkout("version-" + words[0], create=True)
            repo.checkout("main")


main()
