"""Runs the loader's tests; names of tests as arguments choose among them."""
import sys

import harness
import test_input
import test_server
import test_terminal

TESTS = harness.tests_of(test_input, test_server, test_terminal)

if __name__ == "__main__":
    chosen = [t for t in TESTS if not sys.argv[1:] or t.__name__ in sys.argv[1:]]
    sys.exit(harness.run(chosen))
