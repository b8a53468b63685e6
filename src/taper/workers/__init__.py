"""Who does the work of many participants: this process, others, a cluster."""
