"""The sample workspace: a made-up year, marked as sample on every screen and document."""
