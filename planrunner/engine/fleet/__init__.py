"""Where workers run, in this process or in several, and how they are heard."""
