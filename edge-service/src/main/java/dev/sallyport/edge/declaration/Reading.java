package dev.sallyport.edge.declaration;

/** What became of reading a file. */
public sealed interface Reading permits Declaration, Findings {}
