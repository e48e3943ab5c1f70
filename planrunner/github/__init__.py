"""The GitHub Action: what a job asks for, what is run, and what the job and the pull request are told."""
