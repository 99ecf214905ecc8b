package dev.sallyport.cli.doctor;

/** What an examination found. */
sealed interface Finding {

  String subject();

  String seen();

  /** As it should be. */
  record Good(String subject, String seen) implements Finding {}

  /** Works, but worth knowing. */
  record Note(String subject, String seen) implements Finding {}

  /**
   * Does not work.
   *
   * @param remedy what to do about it
   */
  record Bad(String subject, String seen, String remedy) implements Finding {}
}
