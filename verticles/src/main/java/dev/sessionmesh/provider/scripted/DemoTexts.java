package dev.sessionmesh.provider.scripted;

/** The longer things that the demo says. */
final class DemoTexts {
    private DemoTexts() {}

    static final String HELP = """
        Hello! I'm the built-in demo agent: a script rather than a model, so I run without any account. Here is what I \
        can show you.

        - **Plan the 2.4 release** - I look up the open issues, propose a plan, and ask before I act: one of you asks, \
        another one has to agree.
        - **Explain durable sessions** - what keeps this conversation alive when a server dies.
        - **Write a long text** - something to watch while you stop the node that is writing it.

        While I'm talking you can open this session in a second tab, cancel me, or steer me with an instruction: I'll \
        take note of it at the end of the sentence. What you ask meanwhile waits its turn, and what you asked last you \
        can change, or ask again.
        """;

    static final String DURABLE = """
        A durable session is a conversation that belongs to nobody's connection. You may close the tab, lose the \
        network, or pull the plug on the server that is talking to you; the session goes on, and whoever comes back \
        finds it exactly where it is.

        Three ideas make that work.

        - **A log, not a stream.** Every word I say is an event with a number. An event is kept on more than one \
        machine before anybody sees it, so nothing that you have read can be taken back.
        - **A position, not a connection.** Your tab knows the number of the last event it has seen. When it comes \
        back, to this node or any other, it asks for what follows: nothing is missing, and nothing comes twice.
        - **A turn that can change hands.** The node that runs me holds a lease. When it falls silent, another one \
        takes the turn with a higher number, reads the log, and goes on behind my last word. The old one may wake up \
        again, but its number is stale, and nobody listens to it.

        Decisions are part of the same log. When I ask for your approval, the question waits in the session, not in a \
        tab: you can answer it from your phone, and if a colleague is faster, you'll be told who decided.

        You needn't take my word for it. Ask me to write a long text, stop the node that runs the turn, and watch the \
        sentence finish.
        """;

    static final String DURABLE_IN_SHORT = """
        In short: this conversation is a numbered log that several machines keep, and nothing more.

        - **Your tab** remembers a number. Whatever it missed comes after that number, from any node, once.
        - **My turn** is on lease. If the node that runs me dies, another one reads the log and goes on behind my last \
        word.
        - **Your decisions** are entries like my words: made once, seen by all, kept.

        So you may close the tab, lose the network, or kill the server. The log is still there, and it is all there is.
        """;

    static final String LONG = """
        High above the valley, where the road becomes a path and the path becomes a line of painted stones, there is a \
        hut with a book in it. The book lies on a table by the window, and everybody who passes writes in it: the date, \
        the weather, where they came from, and where they mean to go. It has been kept for as long as anyone remembers.

        The first keeper of the hut was a woman who trusted ink more than memory. When two walkers argued over who had \
        crossed the glacier first, she opened the book, ran a finger down the page, and read out the answer. It had not \
        been decided by the louder voice, only by the order of the lines. From that day on, nobody argued in the hut.

        One winter the roof came down under the snow. The keeper dug out the book, but its first pages were gone, and \
        with them the names of people who had no other grave. She wrote the rest out again by candlelight, twice, and \
        carried one copy down to the village. After that there was a rule: no line counted until it stood in both \
        books. Walkers grumbled about the wait, because a boy had to run down with each new page. But the next time \
        the roof fell, they lost an evening and not a single name.

        Keepers came and went. One of them broke off in the middle of a sentence, called out into a storm, and did not \
        return. The woman who took over lit the lamp, read the page to its last word, and picked up the pen. She did \
        not start the story again, and she did not guess at what he had meant to say. She looked at where the ink \
        stopped, and she went on from there. Years later a visitor asked which of the two had written that page. The \
        handwriting changed, she said, but the sentence did not.

        The keeper who had been lost did come back, as it happens, thin and sunburnt, in the spring. He sat down at the \
        table and reached for the pen out of habit. She moved the book aside, gently, and showed him the line where her \
        name stood below his. He read it and nodded. Then he poured two cups of tea, for the book had a keeper, and \
        there was still a mountain to look at.

        The hut is open to this day. If you pass by, write something in the book. It doesn't have to be clever. It only \
        has to be yours, and it will be there when you return.
        """;
}
