"""The contract's own asserts tell as much as a test's."""

import pytest

pytest.register_assert_rewrite("halfopen.testing.contracts")
