"""From a plan to a program: everything resolved, compiled and ready to be carried out."""
