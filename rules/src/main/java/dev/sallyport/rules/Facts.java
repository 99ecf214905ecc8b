package dev.sallyport.rules;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What conditions see of a call. Values are those of CEL: text, {@code Long}, {@code Double},
 * {@code Boolean}, lists, maps, and what {@link Arguments} makes of JSON.
 *
 * @param tool what is called
 * @param caller who calls
 * @param arguments of the call; asked for only where {@link Condition#needsArguments}
 * @param request when and where; asked for only where {@link Condition#needsRequest}
 */
public record Facts(Tool tool, Caller caller, Map<String, Object> arguments, Request request) {

  /** Where neither arguments nor request are known: for conditions that need none of them. */
  public static Facts ofList(Tool tool, Caller caller) {
    return new Facts(tool, caller, Map.of(), Request.NONE);
  }

  /**
   * The tool that is called.
   *
   * @param name the upstream's own
   * @param annotations as the upstream gives them; empty for none
   */
  public record Tool(String server, String name, Map<String, Object> annotations) {}

  /**
   * Who calls.
   *
   * @param key name of the virtual key
   * @param customer empty: none
   * @param user empty: none
   */
  public record Caller(
      String tenant,
      String key,
      String customer,
      List<String> teams,
      String user,
      List<String> roles) {

    public Caller {
      teams = List.copyOf(teams);
      roles = List.copyOf(roles);
    }
  }

  /**
   * When and where.
   *
   * @param door such as {@code mcp}
   */
  public record Request(Instant time, String door) {
    static final Request NONE = new Request(Instant.EPOCH, "");
  }
}
