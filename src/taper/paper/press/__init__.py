"""The only room that knows the renderer: HTML in, the bytes of a PDF out."""
