package dev.sallyport.starlark;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host value that is a set of named attributes: a library, or a server with its tools. */
public final class Namespace implements HasAttributes {
  private final String type;
  private final String name;
  private final Map<String, Object> attributes;

  /**
   * Makes one.
   *
   * @param type what {@code type(x)} says, such as {@code module}
   * @param name what {@code str(x)} shows besides
   */
  public Namespace(String type, String name, Map<String, ?> attributes) {
    this.type = type;
    this.name = name;
    this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    this.attributes.values().forEach(Freezing::freeze);
  }

  @Override
  public String typeName() {
    return type;
  }

  @Override
  public @Nullable Object attribute(String attribute) {
    return attributes.get(attribute);
  }

  @Override
  public Collection<String> attributeNames() {
    return attributes.keySet();
  }

  public Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public void repr(Printer out) {
    out.append("<").append(type).append(" ").append(name).append(">");
  }
}
