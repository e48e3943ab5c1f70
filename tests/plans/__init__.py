"""The plans in plans/, run: a package, because its conftest.py is not the only one."""
