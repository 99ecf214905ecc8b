package dev.sallyport.starlark;

/** The value {@code None}. */
public enum None implements StarlarkValue {
  NONE;

  @Override
  public String typeName() {
    return "NoneType";
  }

  @Override
  public boolean truth() {
    return false;
  }

  @Override
  public void repr(Printer out) {
    out.append("None");
  }
}
