"""When things happen: the pace of a run, alarms on its clock, limits of what runs."""
