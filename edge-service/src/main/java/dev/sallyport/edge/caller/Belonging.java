package dev.sallyport.edge.caller;

import java.util.List;

/**
 * Whom a key belongs to (features B2).
 *
 * @param customer name; empty: none
 * @param teams names, the nearest first
 * @param user name; empty: none
 * @param roles of all of them together
 */
public record Belonging(String customer, List<String> teams, String user, List<String> roles) {

  public static final Belonging NOBODY = new Belonging("", List.of(), "", List.of());

  public Belonging {
    teams = List.copyOf(teams);
    roles = List.copyOf(roles);
  }

  /** The nearest team; empty: none. */
  public String team() {
    return teams.isEmpty() ? "" : teams.getFirst();
  }
}
