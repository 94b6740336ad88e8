package io.sluice.xds.crd.policy;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The names that requests of Kafka have in the policy language (section 5.6). */
public final class KafkaKeys {
  /** The place in the list is the number. */
  private static final List<String> NAMES =
      List.of(
          "produce",
          "fetch",
          "offsets",
          "metadata",
          "leaderandisr",
          "stopreplica",
          "updatemetadata",
          "controlledshutdown",
          "offsetcommit",
          "offsetfetch",
          "findcoordinator",
          "joingroup",
          "heartbeat",
          "leavegroup",
          "syncgroup",
          "describegroups",
          "listgroups",
          "saslhandshake",
          "apiversions",
          "createtopics",
          "deletetopics",
          "deleterecords",
          "initproducerid",
          "offsetforleaderepoch",
          "addpartitionstotxn",
          "addoffsetstotxn",
          "endtxn",
          "writetxnmarkers",
          "txnoffsetcommit",
          "describeacls",
          "createacls",
          "deleteacls",
          "describeconfigs",
          "alterconfigs");

  private KafkaKeys() {}

  /** The number of a request's name, in any case; empty if there is none of that name. */
  public static OptionalInt number(String name) {
    int number = NAMES.indexOf(name.toLowerCase(Locale.ROOT));
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** All names, in the order of their numbers, for people. */
  public static String names() {
    return String.join(", ", NAMES);
  }
}
