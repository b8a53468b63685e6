"""Drugs, doses and tablets as they are typed: converted, made, handed out, brought back."""
