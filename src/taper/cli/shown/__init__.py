"""What commands put on the screen: text only."""
