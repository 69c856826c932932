"""The commands of `fuzhuan`, a module per subject."""
