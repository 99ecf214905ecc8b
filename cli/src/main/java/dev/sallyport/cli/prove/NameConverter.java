package dev.sallyport.cli.prove;

import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a proof as a user types it. */
final class NameConverter implements ITypeConverter<Prove.Name>, Iterable<String> {

  @Override
  public Prove.Name convert(String typed) {
    return Arrays.stream(Prove.Name.values())
        .filter(name -> name.toString().equals(typed))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("there is no proof '" + typed + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Prove.Name.values()).map(Prove.Name::toString).iterator();
  }
}
