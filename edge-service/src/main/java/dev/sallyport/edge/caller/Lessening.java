package dev.sallyport.edge.caller;

/** What leaves less of what a caller may use. It takes away and never adds. */
public sealed interface Lessening permits Narrowing, AttachedGroup {

  boolean leaves(String server, String tool);

  /** Equal for those that leave the same for the same reason. */
  String digest();
}
