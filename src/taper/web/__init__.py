"""The page for people who use no terminal: a server, forms and views; no rule of tapering."""
