"""The one door to the disk: whole files, folders, and who may write."""
