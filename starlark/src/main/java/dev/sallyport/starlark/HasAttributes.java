package dev.sallyport.starlark;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A host value with attributes: {@code x.name}. */
public interface HasAttributes extends StarlarkValue {
  /** The value of the attribute, or null where there is none of the name. */
  @Nullable Object attribute(String name);

  /** The names that there are, for {@code dir} and for suggestions. */
  Collection<String> attributeNames();
}
