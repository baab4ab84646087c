"""Excel in and out: lists of supplies and demands that come in, everything one may see that goes out."""
