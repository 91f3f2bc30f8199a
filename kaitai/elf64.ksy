meta:
  id: elf64
  title: ELF, 64-bit little-endian, as a loader reads it
  file-extension:
    - elf
  ks-version: "0.11"
  endian: le
doc: |
  The parts of an ELF64 file that a kernel's loader acts on (file header and program headers), and the parts that a
  debugger acts on (section headers and symbol tables). Fields carry the names of the System V gABI.

  This grammar is read with hostile files, so it is written never to fail and never to allocate more than the file is
  long. It judges nothing: whether a file may be loaded is decided by the rules in ringspec.elf, which can then name the
  field and its value. Three habits keep it safe:

  * whatever may lie outside the file has an `if` on a `.._fits` instance; what does not fit is absent (null in Java);
  * u8 is a signed 64-bit number to Kaitai, so every `.._fits` first demands that an offset is not negative, and
    compares by subtracting from the file's size, which can't wrap, instead of by adding up numbers from the file;
  * codes are kept as numbers, since an unknown enumeration value would be lost. The enumeration is a second view.
doc-ref: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
seq:
  - id: header
    type: file_header
    if: header_fits
instances:
  header_fits:
    value: _io.size >= 64
  program_headers_fit:
    value: >-
      header_fits and header.e_phoff >= 0
      and header.e_phoff <= _io.size - header.e_phnum * 56
  program_headers:
    doc: Entries are 56 bytes here whatever e_phentsize says; the rules refuse any other size.
    pos: header.e_phoff
    type: program_header
    repeat: expr
    repeat-expr: header.e_phnum
    if: program_headers_fit
  section_headers_fit:
    value: >-
      header_fits and header.e_shentsize == 64 and header.e_shoff >= 64
      and header.e_shoff <= _io.size - header.e_shnum * 64
  section_headers:
    doc: No loader needs them, and a stripped or damaged table is no reason to refuse a file.
    pos: header.e_shoff
    type: section_header
    repeat: expr
    repeat-expr: header.e_shnum
    if: section_headers_fit
types:
  file_header:
    doc: The first 64 bytes.
    seq:
      - id: ei_mag
        size: 4
        doc: 7F 45 4C 46.
      - id: ei_class
        type: u1
        doc: 1 is 32-bit, 2 is 64-bit.
      - id: ei_data
        type: u1
        doc: 1 is little-endian, 2 is big-endian.
      - id: ei_version
        type: u1
      - id: ei_osabi
        type: u1
      - id: ei_abiversion
        type: u1
      - id: ei_pad
        size: 7
      - id: e_type
        type: u2
        doc: 2 is ET_EXEC, 3 is ET_DYN.
      - id: e_machine
        type: u2
        doc: 62 is EM_X86_64.
      - id: e_version
        type: u4
      - id: e_entry
        type: u8
      - id: e_phoff
        type: u8
      - id: e_shoff
        type: u8
      - id: e_flags
        type: u4
      - id: e_ehsize
        type: u2
      - id: e_phentsize
        type: u2
      - id: e_phnum
        type: u2
      - id: e_shentsize
        type: u2
      - id: e_shnum
        type: u2
      - id: e_shstrndx
        type: u2
  program_header:
    doc: One entry of the program header table, 56 bytes.
    seq:
      - id: p_type
        type: u4
      - id: p_flags
        type: u4
        doc: 1 is X, 2 is W, 4 is R.
      - id: p_offset
        type: u8
      - id: p_vaddr
        type: u8
      - id: p_paddr
        type: u8
      - id: p_filesz
        type: u8
      - id: p_memsz
        type: u8
      - id: p_align
        type: u8
    instances:
      kind:
        value: p_type
        enum: segment_kind
      content_fits:
        value: >-
          p_offset >= 0 and p_filesz >= 0 and p_filesz <= _root._io.size
          and p_offset <= _root._io.size - p_filesz
      dynamic_entries:
        doc: What PT_DYNAMIC points at; the last whole entry ends it.
        io: _root._io
        pos: p_offset
        type: dynamic_entry
        repeat: expr
        repeat-expr: p_filesz / 16
        if: kind == segment_kind::dynamic and content_fits
  dynamic_entry:
    seq:
      - id: d_tag
        type: u8
      - id: d_val
        type: u8
  section_header:
    doc: One entry of the section header table, 64 bytes.
    seq:
      - id: sh_name
        type: u4
      - id: sh_type
        type: u4
      - id: sh_flags
        type: u8
      - id: sh_addr
        type: u8
      - id: sh_offset
        type: u8
      - id: sh_size
        type: u8
      - id: sh_link
        type: u4
      - id: sh_info
        type: u4
      - id: sh_addralign
        type: u8
      - id: sh_entsize
        type: u8
    instances:
      kind:
        value: sh_type
        enum: section_kind
      content_fits:
        doc: A section without bytes in the file (.bss) has no content.
        value: >-
          kind != section_kind::nobits and sh_offset >= 0 and sh_size >= 0 and sh_size <= _root._io.size
          and sh_offset <= _root._io.size - sh_size
      symbols:
        io: _root._io
        pos: sh_offset
        type: symbol
        repeat: expr
        repeat-expr: sh_size / 24
        if: kind == section_kind::symtab and sh_entsize == 24 and content_fits
  symbol:
    doc: One entry of a symbol table, 24 bytes.
    seq:
      - id: st_name
        type: u4
      - id: st_info
        type: u1
      - id: st_other
        type: u1
      - id: st_shndx
        type: u2
      - id: st_value
        type: u8
      - id: st_size
        type: u8
enums:
  segment_kind:
    0: "null"
    1: load
    2: dynamic
    3: interp
    4: note
    5: shlib
    6: phdr
    7: tls
    0x6474e550: gnu_eh_frame
    0x6474e551: gnu_stack
    0x6474e552: gnu_relro
    0x6474e553: gnu_property
  section_kind:
    0: "null"
    1: progbits
    2: symtab
    3: strtab
    4: rela
    5: hash
    6: dynamic
    7: note
    8: nobits
    9: rel
    11: dynsym
