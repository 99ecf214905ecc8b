package dev.sallyport.edge.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a client, as conditions that all must hold: {@code ">=1.2 <2"}. Numbers between dots
 * are compared as numbers, missing ones are 0, and what follows the numbers ({@code -beta.1},
 * {@code +5}) does not count. A version that does not start with a number is in no range.
 */
record VersionRange(List<Condition> conditions) {

  private static final Pattern CONDITION =
      Pattern.compile("(>=|>|<=|<|=)([0-9]{1,9}(?:\\.[0-9]{1,9}){0,3})");
  private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,9}(?:\\.[0-9]{1,9}){0,3})");
  private static final int PARTS = 4;

  record Condition(String sign, List<Integer> version) {

    boolean holds(List<Integer> other) {
      int order = compare(other, version);
      return switch (sign) {
        case ">=" -> order >= 0;
        case ">" -> order > 0;
        case "<=" -> order <= 0;
        case "<" -> order < 0;
        default -> order == 0;
      };
    }
  }

  /** Empty when the text is not a range. */
  static Optional<VersionRange> parse(String text) {
    List<Condition> conditions = new ArrayList<>();
    for (String word : text.strip().split("\\s+")) {
      Matcher condition = CONDITION.matcher(word);
      if (!condition.matches()) {
        return Optional.empty();
      }
      conditions.add(new Condition(condition.group(1), numbers(condition.group(2))));
    }
    return Optional.of(new VersionRange(List.copyOf(conditions)));
  }

  boolean contains(String version) {
    List<Integer> numbers = leading(version);
    return numbers != null && conditions.stream().allMatch(condition -> condition.holds(numbers));
  }

  private static @Nullable List<Integer> leading(String version) {
    Matcher found = VERSION.matcher(version);
    return found.lookingAt() ? numbers(found.group(1)) : null;
  }

  private static List<Integer> numbers(String dotted) {
    List<Integer> numbers = new ArrayList<>(PARTS);
    for (String number : dotted.split("\\.")) {
      numbers.add(Integer.valueOf(number));
    }
    return List.copyOf(numbers);
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    for (int i = 0; i < PARTS; i++) {
      int order = Integer.compare(part(one, i), part(other, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int part(List<Integer> numbers, int index) {
    return index < numbers.size() ? numbers.get(index) : 0;
  }
}
