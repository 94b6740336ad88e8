package io.sluice.app.suite;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes results in the form that build servers read: a suite for each file, a case for each case,
 * and in each failure what was expected, what came out, and why.
 */
public final class JunitReport {
  private static final XMLOutputFactory XML = XMLOutputFactory.newFactory();

  private JunitReport() {}

  /** Writes one document. */
  public static void write(List<CaseResult> results, PrintWriter out) {
    try {
      XMLStreamWriter xml = XML.createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      sums(xml, results);
      for (Map.Entry<String, List<CaseResult>> file : Report.byFile(results).entrySet()) {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", legal(file.getKey()));
        sums(xml, file.getValue());
        for (CaseResult each : file.getValue()) {
          write(each, xml);
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeEndDocument();
      out.println();
      out.flush();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("can't write XML", impossible);
    }
  }

  private static void sums(XMLStreamWriter xml, List<CaseResult> results)
      throws XMLStreamException {
    xml.writeAttribute("tests", String.valueOf(results.size()));
    long failures = results.stream().filter(each -> !each.passed()).count();
    xml.writeAttribute("failures", String.valueOf(failures));
    xml.writeAttribute("errors", "0");
  }

  private static void write(CaseResult result, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeCharacters("\n    ");
    if (result.passed()) {
      xml.writeEmptyElement("testcase");
      name(result, xml);
      return;
    }
    xml.writeStartElement("testcase");
    name(result, xml);
    String expected = Report.shown(result.expected());
    String actual = Report.shown(result.actual());
    xml.writeStartElement("failure");
    xml.writeAttribute("message", legal("expected " + expected + ", actual " + actual));
    xml.writeCharacters(
        legal(
            "expected "
                + expected
                + "\nactual   "
                + actual
                + "\n"
                + String.join("\n", result.explanation())));
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static void name(CaseResult result, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeAttribute("name", legal(result.name()));
    xml.writeAttribute("classname", legal(result.file()));
  }

  /** Replaces what no XML document may contain (XML 1.0, 2.2). */
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == '\t'
                        || c == '\n'
                        || c == '\r'
                        || (c >= 0x20 && c <= 0xD7FF)
                        || (c >= 0xE000 && c <= 0xFFFD)
                        || c >= 0x10000
                    ? c
                    : '?')
        .forEach(legal::appendCodePoint);
    return legal.toString();
  }
}
