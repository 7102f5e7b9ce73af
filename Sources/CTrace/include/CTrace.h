// Nothing to call: the library takes the place of functions of the C library.
#pragma once
