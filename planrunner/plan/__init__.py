"""From YAML text to a Plan: read, validated, located."""
