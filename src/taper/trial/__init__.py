"""What a protocol and a participant are: frozen models, each field checked."""
