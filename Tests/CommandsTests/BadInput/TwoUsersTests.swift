import Foundation
import Primitives
import TestSupport
import Testing

/// Two people with masks of their own who share a store and a remote in a directory of their group.
@Suite(.temporaryDirectory, .strangers) struct TwoUsersTests {
  @Test(.enabled("two users need root") { geteuid() == 0 })
  func `two users with different masks add, read, fold, collect and push, and no mode changes`()
    throws
  {
    let steps = try Script.plain.withShale(
      """
      chmod 755 .
      mkdir shared; chgrp 4000 shared; chmod 2770 shared
      # as USER UMASK COMMANDS…: in that user's clone.
      as() {
        local user=$1 mask=$2; shift 2
        setpriv --reuid="$user" --regid="$user" --groups=4000 env -i PATH="$PATH" \\
          HOME="$PWD/home$user" GIT_CONFIG_NOSYSTEM=1 program="$program" \\
          shared="$PWD/shared" bash -euc \\
          "umask $mask; cd '$PWD/clone$user'; shale() { \\"\\$program\\" \\"\\$@\\"; }; $*"
      }
      modes() { find shared -printf '%i %m %u %g\\n' | sort; }
      for user in 4001 4002; do
        mkdir "clone$user" "home$user"; chown "$user" "clone$user" "home$user"
        as "$user" 022 'git config --global user.name U; git config --global user.email u@x
          git init -q -b main; git config core.sharedRepository group
          git config shale.store "$shared/store"; shale init -q
          git config shale-remote.origin.url "$shared/remote"; mkdir data'
      done
      as 4001 077 'git config --unset shale-remote.origin.url
        shale remote add -q --local origin "$shared/remote"'
      modes > before
      for round in 1 2 3 4 5 6 7 8 9; do
        for user in 4001 4002; do
          [ $user = 4001 ] && mask=077 || mask=022
          as $user $mask "seq $round 9000 > data/same; seq $user$round 99999 | head -n 3000 > data/own
            shale add -q data; shale commit -q -m $round; shale push -q"
        done
      done
      for user in 4001 4002; do
        [ $user = 4001 ] && mask=077 || mask=022
        step gc$user as $user $mask shale gc
        step remote$user as $user $mask shale gc --remote origin
        step fsck$user as $user $mask 'shale fsck && shale fsck --remote origin'
        step checkout$user as $user $mask 'rm -r data; shale checkout; shale status --exit-code'
      done
      # One reads what the other has stored.
      oid=$(sha256sum < clone4001/data/own | cut -c 1-64)
      step other as 4002 022 "shale cat $oid | sha256sum | grep $oid"
      step folded sh -c 'ls shared/store/trash/packs/*.pack shared/remote/trash/packs/*.pack'
      modes > after
      # What was there and is there still has the mode and the owner that it had.
      step changed sh -c 'cut -d" " -f1 before | join before after | awk "\\$2!=\\$5 || \\$3!=\\$6"'
      step alone find shared -not -group 4000 -o -type f -not -perm -040 -o -type d -not -perm -2070
      """)
    for user in ["4001", "4002"] {
      for name in ["gc", "remote", "fsck", "checkout"] {
        let step = try #require(steps[name + user])
        #expect(step.status == 0, "\(name)\(user): \(step.text)\(step.errorText)")
      }
    }
    #expect(steps["other"]?.status == 0)
    #expect(steps["folded"]?.text.isEmpty == false)
    #expect(steps["changed"]?.text == "")
    #expect(steps["alone"]?.text == "")
  }
}
