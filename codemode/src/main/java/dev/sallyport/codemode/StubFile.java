package dev.sallyport.codemode;

import org.jspecify.annotations.Nullable;

/** A virtual file: a line that says how to call, and a line for each tool. */
final class StubFile {

  /** Some eight thousand tokens; a reader can ask for the lines that follow. */
  private static final int LONGEST = 32_000;

  private final CodeServer server;
  private final CodeServer.@Nullable Entry only;

  /**
   * @param only the one tool of the file; null for all of the server
   */
  StubFile(CodeServer server, CodeServer.@Nullable Entry only) {
    this.server = server;
    this.only = only;
  }

  String name() {
    return CodeServer.file(
        only == null ? server.server() : server.server() + "/" + only.function());
  }

  int lines() {
    return only == null ? server.tools().size() + 1 : 2;
  }

  /** The lines, both counted from 1 and within the file. */
  CodeCatalogue.FileText.Found read(int first, int last) {
    StringBuilder text = new StringBuilder();
    int at = first;
    for (; at <= last; at++) {
      String line = line(at);
      if (at > first && text.length() + line.length() > LONGEST) {
        text.append("\n# Lines ")
            .append(at)
            .append(" to ")
            .append(last)
            .append(": read again with startLine ")
            .append(at)
            .append('.');
        break;
      }
      text.append(at > first ? "\n" : "").append(line);
    }
    return new CodeCatalogue.FileText.Found(text.toString(), first, at - 1, lines());
  }

  private String line(int number) {
    if (number == 1) {
      String function = only == null ? "function" : only.function();
      return "# call by names: " + server.namespace() + "." + function + "(name=value)";
    }
    CodeServer.Entry entry = only == null ? server.tools().get(number - 2) : only;
    return StubText.FILE.definition(entry.function(), entry.definition());
  }
}
