"""Protocols and regimens tried before anybody is enrolled: every baseline, all side by side."""
