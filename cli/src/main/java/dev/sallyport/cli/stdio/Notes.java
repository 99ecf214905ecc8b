package dev.sallyport.cli.stdio;

import java.io.PrintStream;

/** What an operator may want to know, on standard error. Never a message's content, never a key. */
record Notes(PrintStream errors) {

  void say(String note) {
    errors.println("sallyport stdio: " + note);
  }
}
