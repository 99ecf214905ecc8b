package dev.sallyport.starlark;

/** Answers {@code load} statements. */
@FunctionalInterface
public interface Loader {
  /** Refuses every load. */
  Loader REFUSING =
      name -> {
        throw StarlarkException.of(
            "cannot load \"" + name + "\": there are no other files",
            "put everything into one script");
      };

  /**
   * The module of a name. Throws {@link StarlarkException} where there is none. The host keeps
   * modules that are already loaded, and refuses cycles.
   */
  StarlarkModule load(String name);
}
