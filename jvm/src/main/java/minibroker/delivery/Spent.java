package minibroker.delivery;

import java.util.Arrays;

/**
 * What one filter was sent so far: alerts of its newest visits, alerts and bytes of its newest nights.
 *
 * <p>Flink keeps one of these a filter in its state, so the fields are public and of types that Flink knows. Only the
 * newest visits and nights are kept: one that comes again after so many others begins anew.
 */
public class Spent {

    static final int VISITS = 64;
    static final int NIGHTS = 3;

    public String[] visits = {};
    public long[] alertsOfVisit = {};
    public String[] nights = {};
    public long[] alertsOfNight = {};
    public long[] bytesOfNight = {};

    /** A quota, each number null where there is none. */
    record Limits(Long alertsPerVisit, Long alertsPerNight, Long bytesPerNight) {}

    /** Whether the quota lets a message through; if so it is counted. An alert without a visit is of no visit. */
    boolean take(String visit, String night, long bytes, Limits limits) {
        int v = visit == null ? -1 : visit(visit);
        int n = night(night);
        if ((v >= 0 && isOver(alertsOfVisit[v] + 1, limits.alertsPerVisit))
                || isOver(alertsOfNight[n] + 1, limits.alertsPerNight)
                || isOver(bytesOfNight[n] + bytes, limits.bytesPerNight)) {
            return false;
        }
        if (v >= 0) {
            alertsOfVisit[v]++;
        }
        alertsOfNight[n]++;
        bytesOfNight[n] += bytes;
        return true;
    }

    private static boolean isOver(long count, Long limit) {
        return limit != null && count > limit;
    }

    private int visit(String visit) {
        int place = lastIndexOf(visits, visit);
        if (place >= 0) {
            return place;
        }
        visits = append(visits, visit, VISITS);
        alertsOfVisit = append(alertsOfVisit, VISITS);
        return visits.length - 1;
    }

    private int night(String night) {
        int place = lastIndexOf(nights, night);
        if (place >= 0) {
            return place;
        }
        nights = append(nights, night, NIGHTS);
        alertsOfNight = append(alertsOfNight, NIGHTS);
        bytesOfNight = append(bytesOfNight, NIGHTS);
        return nights.length - 1;
    }

    private static int lastIndexOf(String[] names, String name) {
        int place = names.length - 1;
        while (place >= 0 && !names[place].equals(name)) {
            place--;
        }
        return place;
    }

    /** The array with one more at its end, and without its oldest where it was full. */
    private static String[] append(String[] old, String newest, int most) {
        String[] grown =
                Arrays.copyOfRange(old, old.length < most ? 0 : 1, old.length < most ? old.length + 1 : most + 1);
        grown[grown.length - 1] = newest;
        return grown;
    }

    private static long[] append(long[] old, int most) {
        return Arrays.copyOfRange(old, old.length < most ? 0 : 1, old.length < most ? old.length + 1 : most + 1);
    }
}
