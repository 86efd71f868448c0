"""What young people of 16 and over do, from the local client system."""
