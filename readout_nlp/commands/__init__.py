"""The commands of the command line, a module for each stage: parse arguments, call, print; no logic."""
