"""JSON for programs: the library's own contract over HTTP, described by OpenAPI."""
