package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Seen;
import io.openshell.supervisor.control.LauncherMessage.SeenPath;
import java.nio.charset.StandardCharsets;

/** The fields of SEEN, both ways. */
final class SeenCodec {

    private SeenCodec() {}

    static Seen read(FieldReader fields) throws MalformedFrameException {
        return new Seen(fields.count(1), fields.nestedList(10, SeenCodec::readPath));
    }

    static FieldWriter write(Seen seen) {
        return new FieldWriter().u32(1, seen.query()).nestedList(10, seen.paths(), SeenCodec::writePath);
    }

    private static SeenPath readPath(FieldReader fields) throws MalformedFrameException {
        String path = fields.text(1);
        SeenPath.Kind kind = kind(fields);
        return new SeenPath(path, kind, fields.i32(3), new String(fields.bytes(4), StandardCharsets.ISO_8859_1));
    }

    private static SeenPath.Kind kind(FieldReader fields) throws MalformedFrameException {
        int wire = fields.u8(2);
        for (SeenPath.Kind kind : SeenPath.Kind.values()) {
            if (kind.wire == wire) {
                return kind;
            }
        }
        throw fields.malformed("field 2", wire, "0 to 3");
    }

    private static void writePath(FieldWriter fields, SeenPath path) {
        fields.text(1, path.path())
                .u8(2, path.kind().wire)
                .i32(3, path.errno())
                .bytes(4, path.content().getBytes(StandardCharsets.ISO_8859_1));
    }
}
