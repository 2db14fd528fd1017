package minibroker.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpentTest {

    private static final Spent.Limits NONE = new Spent.Limits(null, null, null);

    private final Spent spent = new Spent();

    @Test
    void eachLimitIsTheMostThatIsSent() {
        Spent.Limits visit = new Spent.Limits(1L, null, null);
        assertTrue(spent.take("1", "a", 10, visit));
        assertFalse(spent.take("1", "a", 10, visit));
        assertTrue(spent.take("2", "a", 10, visit));
        assertFalse(spent.take("3", "a", 10, new Spent.Limits(null, 2L, null)));
        assertTrue(spent.take("3", "b", 10, new Spent.Limits(null, 2L, null)));
        assertFalse(spent.take("3", "a", 11, new Spent.Limits(null, null, 30L)));
        assertTrue(spent.take("3", "a", 10, new Spent.Limits(null, null, 30L)));
    }

    @Test
    void whatIsHeldBackIsNotCounted() {
        assertFalse(spent.take("1", "a", 10, new Spent.Limits(null, null, 5L)));
        assertTrue(spent.take("1", "a", 5, new Spent.Limits(1L, 1L, 5L)));
    }

    @Test
    void whatWasSentBeforeAQuotaWasSetCounts() {
        assertTrue(spent.take("1", "a", 10, NONE));
        assertFalse(spent.take("1", "a", 10, new Spent.Limits(1L, null, null)));
    }

    @Test
    void anAlertWithoutAVisitHasTheNightsQuotaAlone() {
        Spent.Limits limits = new Spent.Limits(1L, 2L, null);
        assertTrue(spent.take(null, "a", 10, limits));
        assertTrue(spent.take(null, "a", 10, limits));
        assertFalse(spent.take(null, "a", 10, limits));
        assertEquals(0, spent.visits.length);
    }

    @Test
    void onlyTheNewestVisitsAndNightsAreKept() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(spent.take("visit " + i, "night " + i, 10, NONE));
        }
        assertEquals(Spent.VISITS, spent.visits.length);
        assertEquals(Spent.VISITS, spent.alertsOfVisit.length);
        assertEquals("visit 999", spent.visits[Spent.VISITS - 1]);
        assertEquals("visit " + (1000 - Spent.VISITS), spent.visits[0]);
        assertEquals(Spent.NIGHTS, spent.nights.length);
        assertFalse(spent.take("visit 999", "night 999", 10, new Spent.Limits(1L, null, null)));
        assertFalse(spent.take("visit 999", "night 997", 10, new Spent.Limits(null, 1L, null)));
        assertFalse(spent.take("visit 999", "night 998", 10, new Spent.Limits(null, null, 19L)));
    }
}
