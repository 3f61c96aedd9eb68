package dev.sessionmesh.bench.capacity;

/**
 * How much a load needs. Everything is linear in what was measured, up to the shares that a planner keeps free; what does not divide (a node, a cell)
 * is rounded up.
 *
 * @param unit what one processor does, one GB holds, and a token weighs
 * @param plan what a planner keeps free, and how large nodes and cells are
 */
public record Capacity(Unit unit, Plan plan) {
    private static final double KB_PER_GB = 1024 * 1024;
    private static final double MILLION = 1_000_000;
    private static final int BITS = 8;

    /**
     * @param tokens appended each second by one processor, with three copies, while their tabs are served
     * @param deliveries of tokens to tabs each second by one processor, while they are appended
     * @param tabKb heap of a connected tab
     * @param sessionKb heap of one copy of an empty session
     * @param turnKb heap of one copy of a turn in a session
     * @param frameBytes of a token that a tab gets by itself
     * @param batchBytes of a token that a node gets by itself
     */
    public record Unit(
            double tokens,
            double deliveries,
            double tabKb,
            double sessionKb,
            double turnKb,
            double frameBytes,
            double batchBytes) {}

    /**
     * @param busy how much of its processors a node may use, 0 to 1
     * @param filled how much of its heap live objects may take, 0 to 1
     * @param copies of every session, the primary's included
     * @param nodeProcessors of a node
     * @param nodeHeapGb of a node
     * @param nodeBaseMb heap of a node that holds nothing
     * @param spareNodes of a cell that may be away while it does all the work
     * @param cellNodes at most
     * @param overheadBytes of a message between nodes, beside the batches in it
     */
    public record Plan(
            double busy,
            double filled,
            int copies,
            int nodeProcessors,
            double nodeHeapGb,
            double nodeBaseMb,
            int spareNodes,
            int cellNodes,
            double overheadBytes) {}

    /**
     * @param tabs connected
     * @param sessions in memory
     * @param turns kept of each session, on the average
     * @param running turns at a time
     * @param tokensPerSecond of each of them
     * @param watching tabs that follow a session in which a turn runs
     */
    public record Load(
            String name,
            long tabs,
            long sessions,
            double turns,
            long running,
            double tokensPerSecond,
            double watching) {
        double tokens() {
            return running * tokensPerSecond;
        }

        double deliveries() {
            return tokens() * watching;
        }
    }

    /**
     * @param nodes of all cells together, the spare ones included
     * @param clientMbit each second to all tabs
     * @param meshMbit each second between nodes, all of them together
     */
    public record Need(
            double tokens,
            double deliveries,
            double processors,
            double heapGb,
            int nodes,
            int cells,
            double clientMbit,
            double meshMbit) {}

    /** Tokens each second that a processor may be given. */
    double tokensPerProcessor() {
        return unit.tokens() * plan.busy();
    }

    double deliveriesPerProcessor() {
        return unit.deliveries() * plan.busy();
    }

    double tabsPerGb() {
        return KB_PER_GB * plan.filled() / unit.tabKb();
    }

    double sessionsPerGb(double turns) {
        return KB_PER_GB * plan.filled() / (plan.copies() * (unit.sessionKb() + turns * unit.turnKb()));
    }

    public Need of(Load load) {
        double processors =
                Math.max(load.tokens() / tokensPerProcessor(), load.deliveries() / deliveriesPerProcessor());
        double heapGb = load.tabs() / tabsPerGb() + load.sessions() / sessionsPerGb(load.turns());
        int working = working(processors, heapGb);
        int cells = divided(working, plan.cellNodes() - plan.spareNodes());
        int nodes = working + cells * plan.spareNodes();
        return new Need(
                load.tokens(),
                load.deliveries(),
                processors,
                heapGb,
                nodes,
                cells,
                load.deliveries() * unit.frameBytes() * BITS / MILLION,
                mesh(load, divided(nodes, cells)) * BITS / MILLION);
    }

    /** Each token goes to every other copy, and to every other node that has a tab of the session. */
    private double mesh(Load load, int nodesPerCell) {
        double each = unit.batchBytes() + plan.overheadBytes();
        return load.tokens() * each * (plan.copies() - 1 + Math.min(load.watching(), nodesPerCell));
    }

    /** Two survivors of three are a majority, and hold all copies: fewer are no cluster. */
    private int working(double processors, double heapGb) {
        double room = plan.nodeHeapGb() * plan.filled() - plan.nodeBaseMb() / 1024;
        double held = heapGb * plan.filled();
        int nodes = Math.max(divided(processors, plan.nodeProcessors()), divided(held, room));
        return Math.max(3 - plan.spareNodes(), nodes);
    }

    private static int divided(double what, double by) {
        return (int) Math.ceil(what / by);
    }
}
