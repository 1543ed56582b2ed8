"""What the launcher's file itself promises, read from its ELF headers."""
import os
import struct
import unittest

from supervisor import launcher_path

ET_DYN = 3
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_GNU_STACK, PT_GNU_RELRO = 1, 2, 3, 0x6474e551, 0x6474e552
PF_X, PF_W = 1, 2
DT_NEEDED, DT_TEXTREL, DT_FLAGS, DT_FLAGS_1 = 1, 22, 30, 0x6ffffffb
DF_TEXTREL, DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 4, 8, 1, 0x08000000


@unittest.skipIf(os.environ.get("OPENSHELL_SANITIZED") == "1", "is about the launcher that ships")
class Binary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(launcher_path(), "rb") as file:
            cls.file = file.read()
        assert cls.file[:6] == b"\x7fELF\x02\x01", "not a 64-bit little-endian program"
        cls.type, = struct.unpack_from("<H", cls.file, 16)
        start, = struct.unpack_from("<Q", cls.file, 32)
        size, count = struct.unpack_from("<HH", cls.file, 54)
        headers = [struct.unpack_from("<IIQQQQ", cls.file, start + index * size) for index in range(count)]
        cls.segments = [(kind, flags, offset, length) for kind, flags, offset, _, _, length in headers]
        cls.dynamic = []
        for kind, _, offset, length in cls.segments:
            if kind == PT_DYNAMIC:
                cls.dynamic = [struct.unpack_from("<qQ", cls.file, at) for at in range(offset, offset + length, 16)]

    def flags(self, tag):
        return sum(value for name, value in self.dynamic if name == tag)

    def test_it_is_static_and_needs_no_library(self):
        self.assertEqual([], [kind for kind, *_ in self.segments if kind == PT_INTERP])
        self.assertEqual([], [value for tag, value in self.dynamic if tag == DT_NEEDED])

    def test_its_addresses_are_random(self):
        self.assertEqual(ET_DYN, self.type)
        self.assertTrue(self.flags(DT_FLAGS_1) & DF_1_PIE)

    def test_what_is_relocated_is_read_only_afterwards(self):
        self.assertEqual(1, sum(kind == PT_GNU_RELRO for kind, *_ in self.segments))
        self.assertTrue(self.flags(DT_FLAGS) & DF_BIND_NOW or self.flags(DT_FLAGS_1) & DF_1_NOW)
        self.assertFalse(self.flags(DT_FLAGS) & DF_TEXTREL or any(tag == DT_TEXTREL for tag, _ in self.dynamic))

    def test_nothing_is_writable_and_executable(self):
        loaded = [flags for kind, flags, *_ in self.segments if kind == PT_LOAD]
        self.assertTrue(loaded)
        self.assertFalse(any(flags & PF_W and flags & PF_X for flags in loaded))
        stack, = [flags for kind, flags, *_ in self.segments if kind == PT_GNU_STACK]
        self.assertFalse(stack & PF_X)


if __name__ == "__main__":
    unittest.main()
