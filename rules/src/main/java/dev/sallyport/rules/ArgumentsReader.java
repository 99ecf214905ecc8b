package dev.sallyport.rules;

import dev.cel.common.values.NullValue;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From JSON to the values of CEL. */
final class ArgumentsReader {

  private static final int LONGEST_NAME_TOLD = 64;
  private static final int MOST_DIGITS_OF_AN_INT = 20;
  private static final int LONGEST_NUMBER = 400;

  private ArgumentsReader() {}

  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  static Map<String, Object> object(byte[] data, JsonReader json) throws Refused {
    Map<String, Object> members = new HashMap<>();
    json.enterObject();
    while (json.nextMember()) {
      String name = text(data, json.nameStart(), json.nameEnd());
      if (members.put(name, value(data, json)) != null) {
        throw new Refused(
            "The arguments name \""
                + (name.length() > LONGEST_NAME_TOLD ? name.substring(0, LONGEST_NAME_TOLD) : name)
                + "\" twice in one object; name it once.");
      }
    }
    return members;
  }

  private static Object value(byte[] data, JsonReader json) throws Refused {
    return switch (json.peek()) {
      case '{' -> object(data, json);
      case '[' -> list(data, json);
      default -> {
        int start = json.skipValue();
        int end = json.position();
        yield switch (data[start]) {
          case '"' -> text(data, start + 1, end - 1);
          case 't' -> true;
          case 'f' -> false;
          case 'n' -> NullValue.NULL_VALUE;
          default -> number(data, start, end);
        };
      }
    };
  }

  private static List<Object> list(byte[] data, JsonReader json) throws Refused {
    List<Object> elements = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      elements.add(value(data, json));
    }
    return elements;
  }

  private static String text(byte[] data, int start, int end) throws Refused {
    String text = JsonText.content(data, start, end);
    if (text == null) {
      throw new Refused("The arguments hold half a surrogate pair; send whole characters.");
    }
    return text;
  }

  private static Object number(byte[] data, int start, int end) throws Refused {
    if (end - start > LONGEST_NUMBER) {
      throw new Refused(
          "The arguments hold a number of more than 400 characters; send it as text.");
    }
    String text = new String(data, start, end - start, StandardCharsets.US_ASCII);
    if (text.length() <= MOST_DIGITS_OF_AN_INT && isWhole(text)) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        // Does not fit.
      }
    }
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) {
      throw new Refused("The arguments hold a number that is out of range; send it as text.");
    }
    return number;
  }

  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') {
        return false;
      }
    }
    return true;
  }
}
