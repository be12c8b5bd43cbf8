"""What other systems' exports become. A module for each format reads it as `records`; one writer takes these."""
