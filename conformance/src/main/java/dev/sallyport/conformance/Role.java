package dev.sallyport.conformance;

/** Which side of the protocol the suite tested; it plays the other one. */
public enum Role {
  SERVER,
  CLIENT
}
