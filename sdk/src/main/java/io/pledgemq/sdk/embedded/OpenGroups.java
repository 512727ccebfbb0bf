package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.command.GroupConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The open receivers, with the declarations of their groups. Safe for use by many threads. */
final class OpenGroups {
    /** No record: two receivers may declare the same, and each leaves by itself. */
    private static final class Member {
        final String client;
        final GroupConfig declared;

        Member(String client, GroupConfig declared) {
            this.client = client;
            this.declared = declared;
        }
    }

    private final List<Member> members = new ArrayList<>();

    /** Names an open receiver whose declaration of the group differs, and both declarations. */
    synchronized Optional<String> contradiction(String client, GroupConfig wanted) {
        return members.stream()
                .filter(member -> member.declared.name().equals(wanted.name()) && !member.declared.equals(wanted))
                .findFirst()
                .map(member -> "instance " + member.client + " declared " + DeclaredGroups.text(member.declared)
                        + ", instance " + client + " declares " + DeclaredGroups.text(wanted));
    }

    /** Returns what to run when the receiver is closed. */
    synchronized Runnable enter(String client, GroupConfig declared) {
        Member member = new Member(client, declared);
        members.add(member);
        return () -> leave(member);
    }

    private synchronized void leave(Member member) {
        members.remove(member);
    }
}
