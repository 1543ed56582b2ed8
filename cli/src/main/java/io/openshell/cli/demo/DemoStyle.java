package io.openshell.cli.demo;

/**
 * How the tour's lines look.
 *
 * @param colour whether to use colour
 */
record DemoStyle(boolean colour) {

    String bold(String text) {
        return styled("1", text);
    }

    String good(String text) {
        return styled("32", text);
    }

    String bad(String text) {
        return styled("31", text);
    }

    String dim(String text) {
        return styled("2", text);
    }

    private String styled(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
