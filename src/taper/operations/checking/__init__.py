"""Files and steps that somebody wrote, looked at before anybody plans or takes tablets by them."""
