package dev.sallyport.edge.declaration.tree;

/** How the place of a value is written: {@code servers.fs.args[2]}. */
public final class Paths {

  private Paths() {}

  public static String member(String path, String key) {
    String shown = key.length() <= 60 ? key : key.substring(0, 60) + "…";
    return path.isEmpty() ? shown : path + "." + shown;
  }

  public static String item(String path, int index) {
    return path + "[" + index + "]";
  }
}
