"""What taper costs, measured side by side with something plain in the same run: `make bench`."""
