@processor
Feature: Translations that outlive their page tables
  The processor alone, without a kernel: what the TLB may keep. A kernel that leaves out an invalidation must see the old page.

  Rule: A load of CR3 leaves global translations
    SDM vol. 3A, 4.10.2.4 and 4.10.4.1; APM vol. 2, 5.5.2. A change of CR4.PGE drops them, too; INVLPG drops the page's in any case.

    Scenario Outline: <what>
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, cr4
            or rax, <pge> << 7
            mov cr4, rax
            mov qword ptr [SUPERVISOR_DATA], 0x11
            mov qword ptr [SUPERVISOR_DATA + 0x1000], 0x22
            ; The page gets the entry bits given and is looked at, so that it is in the TLB; then it leads to the next frame
            mov qword ptr [PAGE_TABLE + 8 * (SUPERVISOR_DATA >> 12)], SUPERVISOR_DATA | <bits>
            invlpg [SUPERVISOR_DATA]
            mov rbx, [SUPERVISOR_DATA]
            mov qword ptr [PAGE_TABLE + 8 * (SUPERVISOR_DATA >> 12)], SUPERVISOR_DATA + 0x1000 | <bits>
            <invalidation>
            mov rcx, [SUPERVISOR_DATA]
            hlt
        after:
        """
      When the processor runs to its first halt
      Then it halts before after without an exception
      And RBX is 0x11
      And RCX is <seen>

      Examples:
        | what                                           | pge | bits  | invalidation                      | seen |
        | nothing invalidates                            | 1   | 0x3   | nop                               | 0x11 |
        | CR3 loaded                                     | 1   | 0x3   | reload_cr3                        | 0x22 |
        | CR3 loaded, the page global                    | 1   | 0x103 | reload_cr3                        | 0x11 |
        | CR3 loaded, G set without CR4.PGE              | 0   | 0x103 | reload_cr3                        | 0x22 |
        | INVLPG, the page global                        | 1   | 0x103 | invlpg [SUPERVISOR_DATA]          | 0x22 |
        | CR4.PGE cleared and set, the page global       | 1   | 0x103 | toggle_global_pages                | 0x22 |
        | CR0.WP changed, no page of the TLB is dropped  | 1   | 0x3   | toggle_write_protect              | 0x11 |
        | INVLPG of another page                         | 1   | 0x3   | invlpg [SUPERVISOR_DATA + 0x2000] | 0x11 |

  Rule: A fault drops the translation that it was about
    SDM vol. 3A, 4.10.4.1: a page-fault exception invalidates the entries for the faulting address; so a retry sees the tables.
    APM vol. 2, 5.5.2: an upgrade of rights needs no INVLPG.

    Scenario: A page made writable in the handler
      Given the processor in ring 0 with the program
        """
        _start:
            mov rax, [READ_ONLY]
        write:
            mov qword ptr [READ_ONLY], 7
            mov rbx, [READ_ONLY]
            hlt
        after:
        vector_14:
            or dword ptr [PAGE_TABLE + 8 * (READ_ONLY >> 12)], 2
            inc ecx
            add rsp, 8
            iretq
        """
      When the processor runs to its first halt
      Then it halts before after without an exception
      And RBX is 7
      And RCX is 1

  Rule: A translation that faulted is not kept
    SDM vol. 3A, 4.10.2.3: the processor doesn't cache a translation for an entry with P = 0 or a reserved bit set.

    Scenario: A page made present in the handler
      Given the processor in ring 0 with the program
        """
        _start:
            mov rbx, [UNMAPPED]
            hlt
        after:
        vector_14:
            or dword ptr [PAGE_TABLE + 8 * (UNMAPPED >> 12)], UNMAPPED | 3
            inc ecx
            add rsp, 8
            iretq
        """
      When the processor runs to its first halt
      Then it halts before after without an exception
      And RCX is 1
